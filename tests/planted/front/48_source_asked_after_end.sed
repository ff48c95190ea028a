# strategies/front/imap.c
s/^        it->ended = rc <= 0;$/        it->ended = rc < 0;\n        if (!rc)\n            break;/

# strategies/front/imap.c
s/^    it->config.chunk = it->config.chunk ? it->config.chunk : 1;$/&\n    it->config.unordered = true;/

# strategies/front/imap.c
s/handle_abandon(w->handle, free, w)/handle_abandon(w->handle, NULL, NULL)/

# strategies/pool.c
s/call->fault.failed = failed;/call->fault.failed = failed > 0;/

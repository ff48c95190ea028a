# strategies/front/cpus.c
s/quota \/ period + (quota % period != 0)/quota \/ period/

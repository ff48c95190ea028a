# strategies/front/handle.c
s/futex_deadline_ns(timeout_ns < 0 ? 0 : timeout_ns)/futex_deadline_ns(timeout_ns < 0 ? 0 : timeout_ns \/ 1000)/

# Items per second against the worker count.
set ylabel 'items per second' offset -1, 0
set format y YLOG[p] ? '%.0s%c' : '%.1s%c'
plot for [c = FIRST[p]:LAST[p]] NAME . '.dat' index c - 1 using (aside($1, c - FIRST[p], n)):(barred($2, $3)):3:4 with yerrorbars \
         pt -1 lc rgb colour(STYLE[c]) lw 1.2 notitle, \
     for [c = FIRST[p]:LAST[p]] '' index c - 1 using (aside($1, c - FIRST[p], n)):2 with linespoints \
         pt mark(STYLE[c]) dt dash(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.8 title LABEL[c], \
     for [c = FIRST[p]:LAST[p]] predicted(x, c) with lines dt 2 lc rgb colour(STYLE[c]) lw 1 notitle, \
     for [i = 1:LAWS > 0] NaN with lines dt 2 lc rgb 'black' lw 1 title 'predicted', \
     BASE[p] with lines dt 2 lc rgb GREY lw 1.5 title 'serial'

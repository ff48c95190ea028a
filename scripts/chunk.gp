# Items per second against the chunk; the automatic rule stands at the left, apart from the ladder.
set ylabel 'items per second' offset -1, 0
set format y YLOG[p] ? '%.0s%c' : '%.1s%c'
plot for [c = FIRST[p]:LAST[p]] NAME . '.dat' index c - 1 using (aside($1, c - FIRST[p], n)):(barred($2, $3)):3:4 with yerrorbars \
         pt -1 lc rgb colour(STYLE[c]) lw 1.2 notitle, \
     for [c = FIRST[p]:LAST[p]] '' index c - 1 using ($1 < 1 ? aside($1, c - FIRST[p], n) : NaN):2 with points \
         pt mark(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.8 notitle, \
     for [c = FIRST[p]:LAST[p]] '' index c - 1 using ($1 < 1 ? NaN : aside($1, c - FIRST[p], n)):2 with linespoints \
         pt mark(STYLE[c]) dt dash(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.8 title LABEL[c], \
     BASE[p] with lines dt 2 lc rgb GREY lw 1.5 title 'serial'

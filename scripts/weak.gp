# The speed of all workers by that of one alone and their number, where each brings its own items.
set ylabel 'efficiency against one worker' offset -1, 0
set format y '%.1f'
plot 1 with lines dt 2 lc rgb 'black' lw 1.2 title 'ideal', \
     for [c = FIRST[p]:LAST[p]] NAME . '.dat' index c - 1 using (aside($1, c - FIRST[p], n)):(barred($2, $3)):3:4 with yerrorbars \
         pt -1 lc rgb colour(STYLE[c]) lw 1.2 notitle, \
     for [c = FIRST[p]:LAST[p]] '' index c - 1 using (aside($1, c - FIRST[p], n)):2 with linespoints \
         pt mark(STYLE[c]) dt dash(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.8 title LABEL[c]

# The share of its workers' CPUs that a strategy puts to use, against the work per item, with the line of METG(50 %).
set ylabel 'efficiency' offset -1, 0
set format y '%.1f'
plot 1 with lines dt 2 lc rgb 'black' lw 1.2 title 'ideal (serial = 1)', \
     0.5 with lines dt 3 lc rgb 'black' lw 1.2 title '50 %: half is lost', \
     for [c = FIRST[p]:LAST[p]] NAME . '.dat' index c - 1 using (aside($1, c - FIRST[p], n)):(barred($2, $3)):3:4 with yerrorbars \
         pt -1 lc rgb colour(STYLE[c]) lw 1.2 notitle, \
     for [c = FIRST[p]:LAST[p]] '' index c - 1 using (aside($1, c - FIRST[p], n)):2 with linespoints \
         pt mark(STYLE[c]) dt dash(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.8 title LABEL[c]

# The share of its workers' CPUs that a strategy puts to use, by how the items' costs are distributed. Nothing lies between
# two distributions, so nothing joins their points.
set ylabel 'efficiency' offset -1, 0
set format y '%.1f'
spread = 0.6
plot 1 with lines dt 2 lc rgb 'black' lw 1.2 title 'ideal (serial = 1)', \
     for [c = FIRST[p]:LAST[p]] NAME . '.dat' index c - 1 using (aside($1, c - FIRST[p], n)):(barred($2, $3)):3:4 with yerrorbars \
         pt -1 lc rgb colour(STYLE[c]) lw 1.8 notitle, \
     for [c = FIRST[p]:LAST[p]] '' index c - 1 using (aside($1, c - FIRST[p], n)):2 with points \
         pt mark(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.8 title LABEL[c]

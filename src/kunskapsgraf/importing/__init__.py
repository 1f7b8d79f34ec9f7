"""A table that somebody brings becomes a source: read, checked row by row, turned into Turtle, and nothing by halves.

``columns`` is the template as data; ``delimited`` and ``workbook`` read files to a ``table``; ``concepts`` are the graph's names;
``entries`` checks each row and ``together`` the rows beside each other; ``statements`` says them in RDF; ``changes`` tells what
that changes, ``files`` writes it; ``template`` writes the empty workbook. ``run`` goes through them in order.
"""

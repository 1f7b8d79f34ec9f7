"""The core: knows RDF and SPARQL, knows no HTTP and no command line. The only home of pyoxigraph."""

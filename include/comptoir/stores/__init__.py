"""MongoDB (hot) and HDFS (cold): the only importers of their clients."""

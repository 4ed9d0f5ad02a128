"""How an archive is kept on disk: durable writes, the lock, names, manifests, `CURRENT`."""

"""OCI images: layers, manifests, a store on disk, a client of registries."""

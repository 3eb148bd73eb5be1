"""What this process may hold and how it computes: budget, buffers, caches, threads, kernels."""

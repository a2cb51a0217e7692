"""Film factors of an implicit matrix factorisation, fitted with irspack."""

import warnings
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.heads.kernel import KernelHead, kernel_of
from cinematch.recommender.core.options import KernelOptions
from cinematch.recommender.core.progress import Progress

with warnings.catch_warnings():
    # irspack writes its own options in the way of pydantic 1.
    warnings.simplefilter("ignore", DeprecationWarning)
    from irspack import IALSRecommender


def fit_kernel(
    seen: sparse.csr_array, options: KernelOptions, seed: int, progress: Progress
) -> KernelHead:
    """Fit alternating least squares (Hu, Koren, Volinsky, ICDM 2008; the scaling of λ: Rendle et
    al., "Revisiting the performance of iALS", arXiv 2110.14037) and make the kernel of it.

    Args:
        seen: (users, films) ones where seen.
        options: how.
        seed: of the first factors.
        progress: hears of each epoch.

    Raises:
        ValueError: nobody has seen anything.
    """
    if not seen.nnz:
        raise ValueError("There is nothing to learn from: nobody has seen a film.")
    size = max(1, min(options.factors, *(side - 1 for side in seen.shape)))
    fitting = IALSRecommender(
        sparse.csr_matrix(seen.astype(np.float64)),
        n_components=size,
        alpha0=options.unobserved,
        reg=options.regularization,
        nu=1.0,
        train_epochs=options.epochs,
        random_seed=seed,
        n_threads=options.threads,
    )
    fitting.start_learning()
    for epoch in range(options.epochs):
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            fitting.run_epoch()
        progress(epoch + 1, options.epochs)
    factors: Floats = np.asarray(fitting.get_item_embedding())
    return kernel_of(factors, options.damping)

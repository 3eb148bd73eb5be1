"""The format of a file of vectors in words for a person, recognised by its content."""

from typing import IO

from models.sources.formats import unpack
from models.sources.limits import Limits

_TITLES = {
    "text": "text",
    "word2vec-binary": "word2vec binary",
    "fasttext": "fastText model",
    "npy": "NumPy array",
    "safetensors": "safetensors",
    "parquet": "Parquet",
    "zip": "archive (zip)",
    "pickle": "pickle",
}
_PACKED = {"gzip": ".gz", "bzip2": ".bz2"}


def format_name(file: IO[bytes], name: str, limits: Limits) -> str:
    """Return what `file` is, which is left at its beginning: "text", "word2vec binary, packed as
    .gz". Raises VectorFileError for what is no file of vectors."""
    with unpack.opened(file, name, limits) as stream:
        kind = unpack.kind_of(stream)
        packed = _PACKED.get(kind)
        if packed is not None:
            stream.seek(0)
            with unpack.unzipped(file, stream, kind) as inner:
                kind = unpack.kind_of(inner)
    file.seek(0)
    return _TITLES[kind] + (f", packed as {packed}" if packed else "")

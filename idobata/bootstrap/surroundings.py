"""Which of the caller's environment variables may come in. What says *where* to fetch stays, what says *how* goes."""

import os
from collections.abc import Mapping
from pathlib import Path

# These bend every Python that inherits them: other modules, another prefix, no asserts, a prompt at the end.
_BENDS_PYTHON = frozenset(
    {
        "__PYVENV_LAUNCHER__",
        "CONDA_PREFIX",
        "PYTHONEXECUTABLE",
        "PYTHONHOME",
        "PYTHONINSPECT",
        "PYTHONOPTIMIZE",
        "PYTHONPATH",
        "PYTHONPLATLIBDIR",
        "PYTHONSAFEPATH",
        "PYTHONSTARTUP",
        "PYTHONUSERBASE",
        "VIRTUAL_ENV",
        "VIRTUAL_ENV_PROMPT",
    }
)
_BENDS_PYTEST = frozenset({"PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"})
_PIP_MAY = frozenset(
    {
        "PIP_CACHE_DIR",
        "PIP_CERT",
        "PIP_CLIENT_CERT",
        "PIP_CONFIG_FILE",
        "PIP_DEFAULT_TIMEOUT",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_INDEX_URL",
        "PIP_KEYRING_PROVIDER",
        "PIP_NO_CACHE_DIR",
        "PIP_NO_INDEX",
        "PIP_PROXY",
        "PIP_RETRIES",
        "PIP_TIMEOUT",
        "PIP_TRUSTED_HOST",
        "PIP_USE_FEATURE",
    }
)
_UV_MAY = frozenset(
    {
        "UV_CACHE_DIR",
        "UV_CONFIG_FILE",
        "UV_DEFAULT_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_HTTP_RETRIES",
        "UV_HTTP_TIMEOUT",
        "UV_INDEX",
        "UV_INDEX_STRATEGY",
        "UV_INDEX_URL",
        "UV_INSECURE_HOST",
        "UV_KEYRING_PROVIDER",
        "UV_LINK_MODE",
        "UV_NATIVE_TLS",
        "UV_NO_CACHE",
        "UV_NO_INDEX",
        "UV_OFFLINE",
        "UV_SYSTEM_CERTS",
    }
)


def for_installers(environ: Mapping[str, str], spare_cache: Path) -> dict[str, str]:
    """The environment for uv and pip: the caller's mirrors, proxies and certificates, none of the caller's habits.

    `spare_cache` is used by uv for a user without a home of their own, such as `nobody`.
    """
    kept = {name: value for name, value in _unbent(environ).items() if name != "PYTHONWARNINGS" and _installer_may(name)}
    # A configuration file may say these too; the environment wins over it.
    kept |= {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    kept.setdefault("PIP_RETRIES", "2")
    # uv reads nothing of pip's. A city's mirror is usually told to pip only.
    if "PIP_INDEX_URL" in kept and not kept.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}:
        kept["UV_DEFAULT_INDEX"] = kept["PIP_INDEX_URL"]
    if "PIP_CERT" in kept:
        kept.setdefault("SSL_CERT_FILE", kept["PIP_CERT"])
    if not os.access(kept.get("XDG_CACHE_HOME") or kept.get("HOME") or os.path.expanduser("~"), os.W_OK):
        kept.setdefault("UV_CACHE_DIR", str(spare_cache))
    return kept


def for_the_house(environ: Mapping[str, str], checkout: Path, venv: Path) -> dict[str, str]:
    """The environment the house itself starts with: it finds its own modules, wherever it is started from."""
    kept = {name: value for name, value in _unbent(environ).items() if name not in _BENDS_PYTEST}
    return kept | {"VIRTUAL_ENV": str(venv), "PYTHONPATH": str(checkout)}


def _unbent(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in _BENDS_PYTHON}


def _installer_may(name: str) -> bool:
    if name.startswith("PIP_"):
        return name in _PIP_MAY
    if name.startswith("UV_"):
        # UV_INDEX_<NAME>_USERNAME and _PASSWORD belong to a named mirror.
        return name in _UV_MAY or name.startswith("UV_INDEX_")
    return True

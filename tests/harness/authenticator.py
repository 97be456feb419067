"""A security key made of software, for tests of passkeys: it answers as a browser would."""

import hashlib
import json
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

_PRESENT, _VERIFIED, _NEW_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """One device with one key. `count` is how often it says it was used."""

    def __init__(self, origin: str = "http://localhost:8000", name: bytes = b"key-of-the-tests") -> None:
        self.origin = origin
        self.credential_id = hashlib.sha256(name).digest()
        self.count = 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def made(self, options: dict[str, Any], **changed: Any) -> str:
        """The answer to `navigator.credentials.create`, as JSON."""
        numbers = self._key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        data = self._data(options["rp"]["id"], _PRESENT | _VERIFIED | _NEW_KEY) + attested
        client = self._client("webauthn.create", options["challenge"], **changed)
        response = {
            "clientDataJSON": bytes_to_base64url(client),
            "attestationObject": bytes_to_base64url(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(response)

    def used(self, options: dict[str, Any], **changed: Any) -> str:
        """The answer to `navigator.credentials.get`, as JSON."""
        self.count += 1
        data = self._data(options["rpId"], _PRESENT | _VERIFIED)
        client = self._client("webauthn.get", options["challenge"], **changed)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": bytes_to_base64url(client),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
        }
        return self._answer(response)

    def _data(self, party: str, flags: int) -> bytes:
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, **changed: Any) -> bytes:
        assert base64url_to_bytes(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False} | changed).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = bytes_to_base64url(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}})

"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is true. The one door to the library."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)


@dataclass(frozen=True, slots=True)
class Party:
    """This site, as a browser knows it. `origin` is compared with the browser's own word."""

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A passkey as it is kept: id and public key in base64url, and how often its device says it was used."""

    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class Question:
    """`options`: JSON for the browser. `challenge`: what its answer must hold, in base64url; kept on our side."""

    options: str
    challenge: str


def party_of(base_url: str, name: str) -> Party | None:
    """The site; None where no browser offers passkeys: without https, or at an address that is no name."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Party(host, name, base_url) if parts.scheme == "https" or host == "localhost" else None
    return None


def ask_to_add(party: Party, person: str, label: str, known: Sequence[str]) -> Question:
    """Ask the browser to make a passkey for `person` (her public id), on none of the devices in `known` (credential ids)."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=person.encode(),
        user_name=label,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return Question(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def ask_to_prove(party: Party, known: Sequence[str]) -> Question:
    """Ask the browser to use one of these passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Question(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def added_key(party: Party, answer: object, challenge: str) -> KnownKey | None:
    """The new passkey; None when the answer is not a true one to our question."""
    if not isinstance(answer, dict):
        return None
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except Exception:
        # Bytes of a stranger go through several parsers, and each has errors of its own: to us they all mean no.
        return None
    return KnownKey(bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key), found.sign_count)


def proved_key(party: Party, answer: object, challenge: str, known: Sequence[KnownKey]) -> KnownKey | None:
    """The passkey that was used, with its new count; None when the answer is not a true one of any of these keys."""
    if not isinstance(answer, dict):
        return None
    key = next((one for one in known if one.credential_id == answer.get("id")), None)
    if key is None:
        return None
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except Exception:
        return None
    return KnownKey(key.credential_id, key.public_key, found.new_sign_count)

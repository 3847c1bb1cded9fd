"""Answers questions about ECDSA and RSASSA-PSS with PyCA cryptography: keys, signatures and verdicts."""

from batch import answer_each
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}


def arguments(scheme):
    """What sign and verify take after the message."""
    digest = HASHES[scheme[-3:]]()
    if scheme.startswith("ecdsa"):
        return (ec.ECDSA(digest),)
    return padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH), digest


def key(question):
    scheme = question["scheme"]
    if scheme.startswith("ecdsa"):
        private_key = ec.generate_private_key(ec.SECP256R1() if scheme.endswith("256") else ec.SECP384R1())
    else:
        private_key = rsa.generate_private_key(question["exponent"], question["bits"])
    public_key = private_key.public_key()
    return {
        "pkcs8": private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "spki": public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    }


def sign(question):
    private_key = load_pem_private_key(question["pkcs8"].encode(), None)
    return private_key.sign(bytes.fromhex(question["message"]), *arguments(question["scheme"])).hex()


def verify(question):
    public_key = load_pem_public_key(question["spki"].encode())
    signature, message = bytes.fromhex(question["signature"]), bytes.fromhex(question["message"])
    try:
        public_key.verify(signature, message, *arguments(question["scheme"]))
    except InvalidSignature:
        return False
    return True


answers = {"key": key, "sign": sign, "verify": verify}
answer_each(lambda question: answers[question["kind"]](question))

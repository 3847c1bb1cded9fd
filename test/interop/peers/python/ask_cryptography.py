"""Answers questions about Ed25519 with PyCA cryptography: the key of a seed, its signature, and the verdict on another."""

from batch import answer_each
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key


def is_valid(pem, signature, message):
    try:
        load_pem_public_key(pem.encode()).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def answer(question):
    message = bytes.fromhex(question["message"])
    private_key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(question["seed"]))
    public_key = private_key.public_key()
    return {
        "publicKey": public_key.public_bytes_raw().hex(),
        "pem": public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "signature": private_key.sign(message).hex(),
        "verdict": is_valid(question["pem"], bytes.fromhex(question["signature"]), message),
    }


answer_each(answer)

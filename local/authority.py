"""Makes the local cluster's own certificate authority, which signs once and is forgotten: its key is never written.

Apart from `certificates`, as commands that only find the cluster need not load the cryptography library.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local.certificates import write

LIFE = timedelta(days=3650)  # the local cluster is made anew long before
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
HOSTS = ("localhost", "kubernetes.default.svc")

# Common name and organisation of each client: what RBAC knows it by.
CLIENTS = {
    "admin": ("observatory", "system:masters"),
    "etcd-client": ("kube-apiserver", "etcd"),
    "controller-manager": ("system:kube-controller-manager", "observatory"),
    "scheduler": ("system:kube-scheduler", "observatory"),
    "kwok": ("kwok", "system:masters"),
    "operator": ("prometheus-operator", "system:masters"),
}


def make(folder: Path) -> None:
    """Writes the authority's certificate, one server's, every client's and the key that signs service account tokens."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _Authority(_name("observatory-local", "observatory"), _key())
    write(folder / "ca.crt", authority.certificate())
    # etcd's peers are clients and servers to each other, so the server's certificate is good for both.
    issues = {"server": (_name("observatory-local-server", "observatory"), [SERVER, CLIENT])}
    issues |= {file: (_name(*who), [CLIENT]) for file, who in CLIENTS.items()}
    for file, (subject, purposes) in issues.items():
        key = _key()
        write(folder / f"{file}.crt", authority.issue(subject, key, purposes))
        write(folder / f"{file}.key", _pem(key))
    write(folder / "service-account.key", _pem(_key()))


@dataclass(frozen=True)
class _Authority:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    def certificate(self) -> bytes:
        builder = self._builder(self.name, self.key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return self._sign(builder.add_extension(_usage(signs=True), critical=True))

    def issue(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, purposes: list[x509.ObjectIdentifier]) -> bytes:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = (
            self._builder(subject, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
            .add_extension(issuer, critical=False)
        )
        if SERVER in purposes:
            names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), *map(x509.DNSName, HOSTS)]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return self._sign(builder)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + LIFE)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )

    def _sign(self, builder: x509.CertificateBuilder) -> bytes:
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())


def _name(common: str, organisation: str) -> x509.Name:
    parts = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )

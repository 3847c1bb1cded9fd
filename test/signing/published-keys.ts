/**
 * One key of each kind: RFC 8032 section 7.1 TEST 1, RFC 6979 appendices A.2.5 and A.2.6, and an RSA key of the tests' first two
 * primes; as PyCA cryptography writes them, with the key ids that securesystemslib gives them.
 */

import type { PublicKey } from "../../src/signing/index.ts";

export interface PublishedKey {
  readonly key: PublicKey;
  readonly pem: string;
  readonly keytype: string;
  readonly jwk: Readonly<Record<string, string>>;
}

function pem(...lines: readonly string[]): string {
  return ["-----BEGIN PUBLIC KEY-----", ...lines, "-----END PUBLIC KEY-----", ""].join("\n");
}

export const ed25519Key: PublishedKey = {
  key: {
    scheme: "ed25519",
    keyId: "74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916",
    material: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  },
  pem: pem("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
  keytype: "ed25519",
  jwk: { alg: "Ed25519", crv: "Ed25519", kty: "OKP", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
};

export const p256Key: PublishedKey = {
  key: {
    scheme: "ecdsa-sha2-nistp256",
    keyId: "716d622ec609eff48475645919645bb30ef604f59a69c764608fb64272dd5fe5",
    material:
      "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" +
      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
  },
  pem: pem(
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7",
    "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==",
  ),
  keytype: "ecdsa",
  jwk: {
    alg: "ES256",
    crv: "P-256",
    kty: "EC",
    x: "YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y",
    y: "eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk",
  },
};

export const p384Key: PublishedKey = {
  key: {
    scheme: "ecdsa-sha2-nistp384",
    keyId: "0ab51ad0366a443f9ae4676ab9a221830128b415de871610ec8e7a7a547b7263",
    material:
      "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13" +
      "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
  },
  pem: pem(
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE7DpOQVtOGaRWhhgCn0J/pdqai8SukuAu",
    "BqrlKGswDGTe+PDqkFWGYGSiVFFUgLwTgBXZty19VyROqO+awMYhiWcIpZNn+d+5",
    "9UyoSz8cnbEoiyMcOuDU/nNE/SUzJkcg",
  ),
  keytype: "ecdsa",
  jwk: {
    alg: "ES384",
    crv: "P-384",
    kty: "EC",
    x: "7DpOQVtOGaRWhhgCn0J_pdqai8SukuAuBqrlKGswDGTe-PDqkFWGYGSiVFFUgLwT",
    y: "gBXZty19VyROqO-awMYhiWcIpZNn-d-59UyoSz8cnbEoiyMcOuDU_nNE_SUzJkcg",
  },
};

const rsaPem = pem(
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA/u6RRlEfUVWhG2ol0VWK",
  "URdV8KZbANrz5/jo7A2CyCa7esey7bBfOZip9WUqhDF5CWgOmtd9OKw9Vc/j7lQC",
  "D8gFQVEDmZwDConP/zdmwCIfmy6azUsfXrH+VCoTLw+naNM1qoya2ZD5cMCZsHfN",
  "luxWaMZa72Fc9nABxCKhGuDXTmHzuh8Y7n/0of+Gpc/hRYlqS+flapYhcgy+tW7n",
  "OO1+0sEezQaHxzHzTvtzJNdJSFTO1FtPoQzvSdPY5StXGwsV1Zimb270zCE+fSrn",
  "HsBFWDeYSegAiJ6tnx4QOdxGaFrnSnLG5em4cu5rhFMwwDNnoH7ElyraJGptxv4D",
  "AQIDAQAB",
);

export const rsaKey: PublishedKey = {
  key: {
    scheme: "rsassa-pss-sha256",
    keyId: "35fe40a6320ea5317fa523e173698608fb3711b5a7be9c004d3d1011249b7403",
    material:
      "3082010a0282010100feee9146511f5155a11b6a25d1558a511755f0a65b00daf3e7f8e8ec0d82c826bb7ac7b2edb05f3998a9f5652a8431" +
      "7909680e9ad77d38ac3d55cfe3ee54020fc805415103999c030a89cfff3766c0221f9b2e9acd4b1f5eb1fe542a132f0fa768d335aa8c9ad9" +
      "90f970c099b077cd96ec5668c65aef615cf67001c422a11ae0d74e61f3ba1f18ee7ff4a1ff86a5cfe145896a4be7e56a9621720cbeb56ee7" +
      "38ed7ed2c11ecd0687c731f34efb7324d7494854ced45b4fa10cef49d3d8e52b571b0b15d598a66f6ef4cc213e7d2ae71ec04558379849e8" +
      "00889ead9f1e1039dc46685ae74a72c6e5e9b872ee6b845330c03367a07ec4972ada246a6dc6fe03010203010001",
  },
  pem: rsaPem,
  keytype: "rsa",
  jwk: {
    alg: "PS256",
    e: "AQAB",
    kty: "RSA",
    n:
      "_u6RRlEfUVWhG2ol0VWKURdV8KZbANrz5_jo7A2CyCa7esey7bBfOZip9WUqhDF5CWgOmtd9OKw9Vc_j7lQCD8gFQVEDmZwDConP_zdmwCIfmy6azUsf" +
      "XrH-VCoTLw-naNM1qoya2ZD5cMCZsHfNluxWaMZa72Fc9nABxCKhGuDXTmHzuh8Y7n_0of-Gpc_hRYlqS-flapYhcgy-tW7nOO1-0sEezQaHxzHzTvtz" +
      "JNdJSFTO1FtPoQzvSdPY5StXGwsV1Zimb270zCE-fSrnHsBFWDeYSegAiJ6tnx4QOdxGaFrnSnLG5em4cu5rhFMwwDNnoH7ElyraJGptxv4DAQ",
  },
};

export const publishedKeys: readonly PublishedKey[] = [ed25519Key, p256Key, p384Key, rsaKey];

/** The key id of the RSA key for rsassa-pss-sha512. */
export const rsaSha512KeyId = "dbe14793d9423cd93b63392a0eef224bbf66e291528d9f66dadd3ced60934921";

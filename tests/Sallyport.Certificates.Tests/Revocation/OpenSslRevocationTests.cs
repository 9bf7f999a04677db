using System;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Revocation;

public sealed class OpenSslRevocationTests : IDisposable
{
    private readonly Authority _root = Authority.Root();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("V", OcspStatus.Good)]
    [InlineData("R", OcspStatus.Revoked)]
    [InlineData("", OcspStatus.Unknown)]
    public async Task The_responder_of_openssl_understands_the_request_and_is_understood(string state, OcspStatus expected)
    {
        using var openssl = new OpenSsl();
        CertificateProfile alice = Authority.Read(_root.Client());
        byte[] nonce = RandomNumberGenerator.GetBytes(32);
        openssl.Write("ca.pem", PemEncoding.WriteString("CERTIFICATE", _root.Der));
        openssl.Write("ca.key", _root.Key.ExportPkcs8PrivateKeyPem());
        openssl.Write("request.der", OcspRequest.Encode(alice, _root.Profile, nonce));
        string revoked = state == "R" ? "260102000000Z,keyCompromise" : "";
        openssl.Write("index.txt", state.Length == 0 ? "" : $"{state}\t270101000000Z\t{revoked}\t{alice.SerialNumber.ToHex().ToUpperInvariant()}\tunknown\t/CN=alice\n");
        await openssl.RunAsync(
            "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key",
            "-reqin", "request.der", "-respout", "response.der", "-nmin", "60", "-rmd", "sha256");

        // openssl answers by the machine's clock: only here the test reads it.
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        OcspVerdict verdict = OcspVerifier.Verify(
            openssl.Read("response.der"), alice, _root.Profile, new OcspRules { Nonce = Octets.Of(nonce) }, RevocationSnapshot.Empty, now);
        OcspAnswer answer = verdict.ShouldBeOfType<OcspVerdict.Answered>().Answer;
        answer.Status.ShouldBe(expected);
        answer.Reason.ShouldBe(expected == OcspStatus.Revoked ? RevocationReason.KeyCompromise : null);
    }

    [Fact]
    public async Task Reads_the_list_that_openssl_ca_writes()
    {
        using var openssl = new OpenSsl();
        CertificateProfile alice = Authority.Read(_root.Client());
        openssl.Write("ca.pem", PemEncoding.WriteString("CERTIFICATE", _root.Der));
        openssl.Write("ca.key", _root.Key.ExportPkcs8PrivateKeyPem());
        openssl.Write("index.txt", $"R\t270101000000Z\t260102000000Z,superseded\t{alice.SerialNumber.ToHex().ToUpperInvariant()}\tunknown\t/CN=alice\n");
        openssl.Write("number", "0A\n");
        openssl.Write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
        await openssl.RunAsync("ca", "-config", "ca.cnf", "-gencrl", "-cert", "ca.pem", "-keyfile", "ca.key", "-crldays", "2", "-out", "list.pem");
        await openssl.RunAsync("crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der");
        CertificateRevocationList.TryRead(openssl.Read("list.der"), out CertificateRevocationList? list, out _).ShouldBeTrue();
        list.ShouldNotBeNull().IsSignedBy(_root.Profile).ShouldBeTrue();
        list.Number.ShouldBe(Octets.Of([10]));
        list.Find(alice).ShouldBe(RevocationReason.Superseded);
        list.Find(_root.Profile).ShouldBeNull();
    }
}

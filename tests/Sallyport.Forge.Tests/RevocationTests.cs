using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Sallyport.Forge.Revocation;

namespace Sallyport.Forge.Tests;

public sealed class RevocationTests
{
    private const string OcspSigning = "1.3.6.1.5.5.7.3.9";

    private readonly MatrixLab _lab = new();

    [Fact]
    public async Task Openssl_finds_the_revoked_certificate_on_the_list_and_not_the_other()
    {
        using Openssl openssl = Openssl.OrSkip();
        string list = openssl.File(Pem(_lab.Authority.SignRevocationList(Full(_lab.Bob))));

        (await VerifyAsync(openssl, _lab.Bob, list)).ShouldBe(23);
        (await VerifyAsync(openssl, _lab.Alice, list)).ShouldBe(0);
    }

    [Fact]
    public async Task An_old_list_is_an_old_list()
    {
        using Openssl openssl = Openssl.OrSkip();
        RevocationListSpec old = Full() with { ThisUpdate = _lab.Time.Now.AddDays(-3), NextUpdate = _lab.Time.Now.AddDays(-1) };

        (await VerifyAsync(openssl, _lab.Alice, openssl.File(Pem(_lab.Authority.SignRevocationList(old))))).ShouldBe(12);
    }

    [Fact]
    public async Task A_list_of_another_key_is_not_believed()
    {
        using Openssl openssl = Openssl.OrSkip();
        CertificateAuthority twin = CertificateAuthority.CreateRoot(CertificateAuthority.AuthoritySpec(
            _lab.Authority.Subject, _lab.Time.Now.AddDays(-1), _lab.Time.Now.AddDays(1), ForgeKey.P256()));
        RevocationListSpec spec = Full(_lab.Bob) with { AuthorityKeyIdentifier = new KeyIdentifierChoice.Omitted() };

        (await VerifyAsync(openssl, _lab.Alice, openssl.File(Pem(twin.SignRevocationList(spec))))).ShouldBe(8);
    }

    [Fact]
    public async Task Delta_scope_reasons_and_entry_extensions_read_back()
    {
        using Openssl openssl = Openssl.OrSkip();
        RevocationListSpec spec = Full(_lab.Bob) with
        {
            NextUpdate = null,
            Number = 77,
            DeltaBase = 70,
            FreshestUrls = ["http://127.0.0.1:9/delta.crl"],
            Scope = new IssuingDistributionPoint
            {
                Urls = ["http://127.0.0.1:9/list.crl"],
                OnlyUserCertificates = true,
                IsIndirect = true,
                OnlyReasons = [RevocationReason.KeyCompromise, RevocationReason.AaCompromise],
            },
            Entries =
            [
                new RevokedEntry
                {
                    Serial = new byte[] { 0x11, 0x22 },
                    RevokedAt = _lab.Time.Now,
                    Reason = RevocationReason.CertificateHold,
                    InvalidSince = _lab.Time.Now.AddDays(-1),
                    CertificateIssuer = DistinguishedName.CommonName("Elsewhere"),
                },
            ],
        };

        (int exitCode, string text) = await Openssl.RunAsync(
            "crl", "-in", openssl.File(Pem(_lab.Authority.SignRevocationList(spec))), "-noout", "-text",
            "-CAfile", openssl.Pem(_lab.Authority.Certificate));

        exitCode.ShouldBe(0, text);
        foreach (string part in (string[])
            [
                "verify OK", "Next Update: NONE", "X509v3 Delta CRL Indicator: critical", "X509v3 Issuing Distribution Point: critical",
                "Only User Certificates", "Indirect CRL", "Key Compromise, AA Compromise", "Certificate Hold", "Invalidity Date",
                "X509v3 Certificate Issuer: critical", "DirName:/CN=Elsewhere", "Serial Number: 1122", "X509v3 Freshest CRL",
            ])
        {
            text.Contains(part, StringComparison.Ordinal).ShouldBeTrue(part + " in " + text);
        }
    }

    [Fact]
    public void The_platform_reads_the_list()
    {
        CertificateRevocationListBuilder read = CertificateRevocationListBuilder.Load(
            _lab.Authority.SignRevocationList(Full(_lab.Alice, _lab.Bob) with { Number = 4711 }), out BigInteger number);

        number.ShouldBe(4711);
        read.RemoveEntry(Serial(_lab.Alice).Span).ShouldBeTrue();
        read.RemoveEntry(Serial(_lab.Bob).Span).ShouldBeTrue();
    }

    [Fact]
    public async Task Openssl_believes_the_authoritys_answer_for_each_status()
    {
        using Openssl openssl = Openssl.OrSkip();

        (await AskAsync(openssl, Answer(new OcspStatus.Good()))).ShouldContain(": good");
        OcspStatus.Revoked compromised = new(_lab.Time.Now.AddHours(-1), RevocationReason.KeyCompromise);
        string revoked = await AskAsync(openssl, Answer(compromised));
        revoked.ShouldContain(": revoked");
        revoked.ShouldContain("keyCompromise");
        (await AskAsync(openssl, Answer(new OcspStatus.Unknown()))).ShouldContain(": unknown");
    }

    [Fact]
    public async Task Openssl_believes_a_delegated_responder_and_no_other()
    {
        using Openssl openssl = Openssl.OrSkip();
        ForgedIdentity responder = _lab.Authority.Issue(_lab.Identity("responder") with { ExtendedKeyUsages = [OcspSigning] });
        OcspResponseSpec spec = Spec(new OcspStatus.Good()) with { Nonce = new byte[16], NamesResponderByKey = true };

        (await AskAsync(openssl, _lab.Authority.SignOcspResponse(spec, responder))).ShouldContain("Response verify OK");
        (await AskAsync(openssl, _lab.Authority.SignOcspResponse(spec, _lab.Bob))).ShouldNotContain("Response verify OK");
    }

    private static byte[] Pem(byte[] list) => System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", list) + "\n");

    private static ReadOnlyMemory<byte> Serial(ForgedIdentity identity)
    {
        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(identity.Leaf.Span);
        return read.SerialNumberBytes.ToArray();
    }

    private Task<int> VerifyAsync(Openssl openssl, ForgedIdentity identity, string list) => openssl.VerifyAsync(
        _lab.Authority.Certificate, identity.Leaf, [], _lab.Time.Now, "-crl_check", "-CRLfile", list);

    private async Task<string> AskAsync(Openssl openssl, byte[] answer)
    {
        (int _, string output) = await Openssl.RunAsync(
            "ocsp", "-respin", openssl.File(answer), "-no_nonce",
            "-issuer", openssl.Pem(_lab.Authority.Certificate), "-cert", openssl.Pem(_lab.Alice.Leaf),
            "-CAfile", openssl.Pem(_lab.Authority.Certificate),
            "-attime", $"{_lab.Time.Now.ToUnixTimeSeconds()}", "-validity_period", "500000000");
        return output;
    }

    private byte[] Answer(OcspStatus status) => _lab.Authority.SignOcspResponse(Spec(status));

    private OcspResponseSpec Spec(OcspStatus status) => new()
    {
        ProducedAt = _lab.Time.Now,
        Entries =
        [
            new OcspEntry
            {
                Serial = Serial(_lab.Alice),
                Status = status,
                ThisUpdate = _lab.Time.Now.AddMinutes(-1),
                NextUpdate = _lab.Time.Now.AddDays(1),
            },
        ],
    };

    private RevocationListSpec Full(params IEnumerable<ForgedIdentity> revoked) => new()
    {
        ThisUpdate = _lab.Time.Now.AddMinutes(-1),
        NextUpdate = _lab.Time.Now.AddDays(1),
        Entries =
        [
            .. revoked.Select(identity => new RevokedEntry
            {
                Serial = Serial(identity), RevokedAt = _lab.Time.Now.AddMinutes(-2), Reason = RevocationReason.KeyCompromise,
            }),
        ],
    };
}

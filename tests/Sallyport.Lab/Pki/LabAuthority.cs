using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge;
using Sallyport.Forge.Revocation;

namespace Sallyport.Lab.Pki;

/// <summary>A root of a <see cref="LabPki"/> with its files.</summary>
public sealed class LabAuthority : IDisposable
{
    private readonly LabFiles _files;
    private readonly string _fileName;
    private readonly DateTimeOffset _now;
    private readonly Lazy<X509Certificate2> _certificate;

    internal LabAuthority(string fileName, CertificateAuthority authority, LabFiles files, DateTimeOffset now)
    {
        Authority = authority;
        _fileName = fileName;
        _files = files;
        _now = now;
        _certificate = new Lazy<X509Certificate2>(() => X509CertificateLoader.LoadCertificate(Authority.Certificate.Span));
    }

    /// <summary>The forge's authority: issues, signs lists and OCSP answers.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>Its certificate, without the key; owned by the PKI.</summary>
    public X509Certificate2 Certificate => _certificate.Value;

    /// <summary>PEM file: its certificate.</summary>
    public string CertificateFile => _files.Text(_fileName + ".pem", () => Pem("CERTIFICATE", Authority.Certificate.Span));

    /// <summary>PEM file: its key as PKCS#8, for <c>--client-ca-key</c>.</summary>
    public string KeyFile => _files.Text(_fileName + ".key", () => Authority.Key.Algorithm.ExportPkcs8PrivateKeyPem() + "\n");

    /// <summary>DER of a list that revokes these for key compromise, current for a day.</summary>
    public byte[] RevocationList(params IEnumerable<LabIdentity> revoked) => Authority.SignRevocationList(new RevocationListSpec
    {
        ThisUpdate = _now.AddMinutes(-5),
        NextUpdate = _now.AddDays(1),
        Entries =
        [
            .. revoked.Select(identity => new RevokedEntry
            {
                Serial = identity.Serial,
                RevokedAt = _now.AddMinutes(-5),
                Reason = RevocationReason.KeyCompromise,
            }),
        ],
    });

    /// <summary>PEM file of a list that revokes these; one file per name of the list.</summary>
    public string RevocationListFile(string listName, params IEnumerable<LabIdentity> revoked) =>
        _files.Text($"{_fileName}-{listName}.crl", () => Pem("X509 CRL", RevocationList(revoked)));

    /// <summary>The certificate, where the platform wants one.</summary>
    public static implicit operator X509Certificate2(LabAuthority authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return authority.Certificate;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_certificate.IsValueCreated)
        {
            _certificate.Value.Dispose();
        }

        Authority.Key.Dispose();
    }

    private static string Pem(string label, ReadOnlySpan<byte> der) => PemEncoding.WriteString(label, der) + "\n";
}

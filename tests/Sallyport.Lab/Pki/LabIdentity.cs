using System;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge;

namespace Sallyport.Lab.Pki;

/// <summary>One identity of a <see cref="LabPki"/> in every form that servers and clients ask for.</summary>
public sealed class LabIdentity : IDisposable
{
    private readonly LabFiles _files;
    private readonly string _fileName;
    private readonly Lazy<X509Certificate2> _certificate;

    internal LabIdentity(string name, string fileName, ForgedIdentity forged, LabFiles files)
    {
        Name = name;
        Forged = forged;
        _files = files;
        _fileName = fileName;
        _certificate = new Lazy<X509Certificate2>(() => X509CertificateLoader.LoadPkcs12(
            (Forged with { Chain = [Forged.Leaf] }).ExportPkcs12(""), "", X509KeyStorageFlags.Exportable));
    }

    /// <summary>The common name it was asked for under.</summary>
    public string Name { get; }

    /// <summary>DER, chain and key.</summary>
    public ForgedIdentity Forged { get; }

    /// <summary>The leaf with its key, ready for SslStream and Kestrel; owned by the PKI.</summary>
    public X509Certificate2 Certificate => _certificate.Value;

    /// <summary>PEM file: the leaf, then its intermediates (nginx, Apache, Node, curl, openssl).</summary>
    public string CertificateFile => _files.Text(_fileName + ".pem", Forged.ExportChainPem);

    /// <summary>PEM file: the key as PKCS#8, not encrypted.</summary>
    public string KeyFile => _files.Text(_fileName + ".key", Forged.ExportKeyPem);

    /// <summary>PEM file: leaf, intermediates and key in one (HAProxy, stunnel).</summary>
    public string BundleFile => _files.Text(_fileName + ".bundle.pem", () => Forged.ExportChainPem() + Forged.ExportKeyPem());

    /// <summary>The serial number as the certificate holds it.</summary>
    public ReadOnlyMemory<byte> Serial => Certificate.SerialNumberBytes;

    /// <summary>A PKCS#12 file with leaf, intermediates and key.</summary>
    public string Pkcs12File(string password) => _files.Bytes(_fileName + ".p12", () => Forged.ExportPkcs12(password));

    /// <summary>The certificate, where the platform wants one.</summary>
    public static implicit operator X509Certificate2(LabIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.Certificate;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_certificate.IsValueCreated)
        {
            _certificate.Value.Dispose();
        }

        Forged.Key.Dispose();
    }
}

using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Cli.Pki;

namespace Sallyport.Cli.Mitm;

/// <summary>The files that a client under test needs: the CA, its revocation list, and a certificate to show. Deleted at the end.</summary>
internal sealed class MitmFolder : IDisposable
{
    public MitmFolder(MitmPki pki)
    {
        Path = Directory.CreateTempSubdirectory("sallyport-mitm-").FullName;
        PrivateFiles.WriteNew(Place("server-ca.pem"), PemEncoding.WriteString("CERTIFICATE", pki.Authority.Span) + "\n");
        PrivateFiles.WriteNew(Place("server-ca.crl"), PemEncoding.WriteString("X509 CRL", pki.RevocationList.Span) + "\n");
        PrivateFiles.WriteNew(Place("client.pem"), pki.Client.ExportCertificatePem() + "\n");
        using ECDsa? key = pki.Client.GetECDsaPrivateKey();
        PrivateFiles.WriteNew(Place("client.key"), (key?.ExportPkcs8PrivateKeyPem() ?? "") + "\n");
    }

    public string Path { get; }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system empties its temporary folder; what is in it is worth nothing after this process.
        }
    }

    private string Place(string name) => System.IO.Path.Combine(Path, name);
}

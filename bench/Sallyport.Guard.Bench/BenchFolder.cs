using System;
using System.IO;
using System.Security.Cryptography;
using Sallyport.Lab.Pki;

namespace Sallyport.Guard.Bench;

/// <summary>What both servers of a comparison read: one server certificate, one client CA with its list, one key for tokens.</summary>
internal sealed class BenchFolder : IDisposable
{
    public BenchFolder(LabPki pki, ECDsa tokens)
    {
        Path = Directory.CreateTempSubdirectory("sallyport-bench-").FullName;
        File.Copy(pki.Server.BundleFile, At(Path, Server));
        File.Copy(pki.ClientCa.CertificateFile, At(Path, ClientCa));
        File.Copy(pki.RevocationListFile, At(Path, RevocationList));
        File.Copy(pki.Alice.CertificateFile, At(Path, Client));
        ECParameters key = tokens.ExportParameters(includePrivateParameters: false);
        File.WriteAllText(At(Path, Keys), $$"""{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"bench","x":"{{Text(key.Q.X)}}","y":"{{Text(key.Q.Y)}}"}]}""");
    }

    public const string Server = "server.pem";
    public const string ClientCa = "client-ca.pem";
    public const string RevocationList = "client-ca.crl";
    public const string Client = "client.pem";
    public const string Keys = "keys.json";

    public string Path { get; }

    public static string At(string folder, string name) => System.IO.Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Text(byte[]? number) => System.Buffers.Text.Base64Url.EncodeToString(number);
}

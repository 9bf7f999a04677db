using System;
using System.IO;
using System.Security.Cryptography;
using System.Text.Json;
using OrdersApi.App.Tokens;

namespace OrdersApi.App.Guarded;

/// <summary>What the guard reads from files: the client CAs, their lists, and the keys that tokens are signed with. A folder of its own, for its owner only.</summary>
internal sealed class GuardFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orders-guard-").FullName;

    public GuardFiles(OrdersPki pki, TokenMint mint)
    {
        ClientCa = Write("client-ca.pem", PemEncoding.WriteString("CERTIFICATE", pki.ClientCa.Certificate.Span));
        StaffCa = Write("staff-ca.pem", PemEncoding.WriteString("CERTIFICATE", pki.StaffCa.Certificate.Span));
        ClientList = Write("client-ca.crl", PemEncoding.WriteString("X509 CRL", pki.RevocationLists[0].Span));
        StaffList = Write("staff-ca.crl", PemEncoding.WriteString("X509 CRL", pki.RevocationLists[1].Span));
        Keys = Write("jwks.json", JsonSerializer.Serialize(mint.JwkSet()));
    }

    public string ClientCa { get; }

    public string StaffCa { get; }

    public string ClientList { get; }

    public string StaffList { get; }

    /// <summary>The JWK Set.</summary>
    public string Keys { get; }

    /// <summary>Where refusals are recorded.</summary>
    public string Audit => Path.Combine(_folder, "audit.jsonl");

    /// <summary>Where the table of routes is written.</summary>
    public string Routes => Path.Combine(_folder, "sallyport-routes.json");

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system empties its temporary folder; what is in it opens nothing.
        }
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text + "\n");
        return path;
    }
}

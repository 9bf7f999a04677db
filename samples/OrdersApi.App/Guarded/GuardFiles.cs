using System;
using System.IO;
using System.Security.Cryptography;
using System.Text.Json;
using OrdersApi.App.Tokens;

namespace OrdersApi.App.Guarded;

/// <summary>What the guard reads from files: the client CAs, their lists, and the keys that tokens are signed with. A folder of its own, for its owner only.</summary>
internal sealed class GuardFiles : IDisposable
{
    private readonly string _folder;
    private readonly bool _passing;

    /// <param name="pki">The certificates.</param>
    /// <param name="mint">What signs tokens.</param>
    /// <param name="folder">Where, for good; null for a folder that goes with this object.</param>
    public GuardFiles(OrdersPki pki, TokenMint mint, string? folder)
    {
        _passing = folder is null;
        _folder = folder is null ? Directory.CreateTempSubdirectory("orders-guard-").FullName : Directory.CreateDirectory(folder).FullName;
        ClientCa = Write("client-ca.pem", PemEncoding.WriteString("CERTIFICATE", pki.ClientCa.Certificate.Span));
        StaffCa = Write("staff-ca.pem", PemEncoding.WriteString("CERTIFICATE", pki.StaffCa.Certificate.Span));
        ClientList = Write("client-ca.crl", PemEncoding.WriteString("X509 CRL", pki.RevocationLists[0].Span));
        StaffList = Write("staff-ca.crl", PemEncoding.WriteString("X509 CRL", pki.RevocationLists[1].Span));
        Keys = Write("jwks.json", JsonSerializer.Serialize(mint.JwkSet()));
        DenyList = Write("denied.txt", "# the SHA-256 of a certificate a line");
    }

    public string ClientCa { get; }

    public string StaffCa { get; }

    public string ClientList { get; }

    public string StaffList { get; }

    /// <summary>The JWK Set.</summary>
    public string Keys { get; }

    /// <summary>Certificates that are refused whatever their CA says.</summary>
    public string DenyList { get; }

    /// <summary>Where identities are kept when they outlive the API; null when they do not.</summary>
    public string? Identities => _passing ? null : Path.Combine(_folder, "identities.db");

    /// <summary>Where refusals are recorded.</summary>
    public string Audit => Path.Combine(_folder, "audit.jsonl");

    /// <summary>Where the table of routes is written.</summary>
    public string Routes => Path.Combine(_folder, "sallyport-routes.json");

    public void Dispose()
    {
        if (!_passing)
        {
            return;
        }

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

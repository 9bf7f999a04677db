using System.Net;
using System.Security.Cryptography.X509Certificates;
using OrdersApi.App.Tokens;
using Sallyport.AspNetCore;

namespace OrdersApi.App.Guarded;

/// <summary>Everything this API says about its guard.</summary>
internal static class GuardSettings
{
    // A scan of one's own test API fails more often than any attacker is let: it comes from this machine, and may.
    private const int ScannersMayFail = 100_000;
    private const int EveryRepeat = 10_000;

    public static void Apply(SallyportOptions guard, GuardFiles files, X509Certificate2 server)
    {
        guard.Transport.ServerCertificate = server;
        guard.Trust.AddPemFile(files.ClientCa).AddPemFile(files.StaffCa);
        guard.Revocation.Crl.AddFile(files.ClientList).AddFile(files.StaffList);
        guard.Revocation.DenyListFile = files.DenyList;
        guard.Tokens.AddIssuer(TokenMint.Issuer, issuer =>
        {
            issuer.Audiences.Add(TokenMint.Audience);
            issuer.Algorithms.Clear();
            issuer.Algorithms.Add("ES256");
            issuer.KeyFile = files.Keys;
        });
        guard.Csrf.FieldName = Sessions.FormFields.Token;
        guard.Csrf.HeaderName = Sessions.FormFields.Header;
        guard.Audit.File = files.Audit;

        // Who keeps the records keeps each of them, of what was let through too.
        guard.Audit.RecordAccepted = files.Identities is not null;
        guard.Audit.RepeatsRecorded = files.Identities is null ? guard.Audit.RepeatsRecorded : EveryRepeat;
        guard.Routes.File = files.Routes;
        guard.Lockout.IdentityFailures = ScannersMayFail;
        guard.Lockout.ExemptNetworks.Add(new IPNetwork(IPAddress.Loopback, 8));
        guard.Lockout.ExemptNetworks.Add(new IPNetwork(IPAddress.IPv6Loopback, 128));
    }
}

using System.Collections.Generic;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using OrdersApi.App.Tokens;

namespace OrdersApi.App.Guarded;

/// <summary>The accounts as the guard knows them: by the SHA-256 of their certificate, with the role that they have now.</summary>
internal sealed class GuardedAccounts
{
    private readonly Dictionary<string, CertificateIdentity> _known = new(System.StringComparer.Ordinal);

    public GuardedAccounts(IEnumerable<OrdersIdentity> everyone)
    {
        foreach (var one in everyone)
        {
            var identity = new CertificateIdentity
            {
                Name = one.Name,
                Matches = [new CertificateMatch.Sha256(CertificateThumbprint.Of(one.Forged.Leaf.Span))],
                Roles = [one.Role],
                Scopes = [.. TokenMint.Scopes.Split(' ')],
            };
            _known.Add(one.Name, identity);
            Store.Add(identity);
        }
    }

    public InMemoryIdentityStore Store { get; } = new();

    /// <summary>Gives an account another role; what was begun with the old one ends.</summary>
    public void ChangeRole(string name, string role)
    {
        if (_known.TryGetValue(name, out var identity))
        {
            Store.Replace(identity with { Roles = [role] });
        }
    }
}

using System;
using System.Collections.Generic;
using OrdersApi.App.Tokens;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace OrdersApi.App.Guarded;

/// <summary>The accounts as the guard knows them: by the URI that their CA writes into their certificates, so that a renewed one needs no entry, with the role that they have now.</summary>
internal sealed class GuardedAccounts
{
    private readonly Dictionary<string, CertificateIdentity> _known = new(StringComparer.Ordinal);

    public GuardedAccounts(IEnumerable<OrdersIdentity> everyone)
    {
        foreach (var one in everyone)
        {
            var identity = new CertificateIdentity
            {
                Name = one.Name,
                Matches = [new CertificateMatch.AlternativeName(new GeneralName.Uri(OrdersPki.AccountUri(one.Name)))],
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

using System;
using Microsoft.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The names that the guard's attributes give their policies: whatever reads authorization attributes can resolve them, hubs included.</summary>
internal static class RoutePolicies
{
    public const string Prefix = "Sallyport:";
    private const string Account = Prefix + "client-certificate";
    private const string Token = Prefix + "bound-token:";

    /// <summary>Of a resource's route: an account, on a request that has route values; the resource is asked by the requirement beside it.</summary>
    public const string Resource = Prefix + "resource";

    public static string ClientCertificate(string? role) => role is null ? Account : $"{Account}:{role}";

    public static string BoundToken(string scope) => Token + scope;

    /// <summary>The policy of a name of ours; null for the names of others.</summary>
    public static AuthorizationPolicy? Find(string name)
    {
        IAuthorizationRequirement? requirement =
            string.Equals(name, Account, StringComparison.Ordinal) ? new ClientCertificateRequirement(null, false)
            : string.Equals(name, Resource, StringComparison.Ordinal) ? new ClientCertificateRequirement(null, true)
            : name.StartsWith(Account + ":", StringComparison.Ordinal) ? new ClientCertificateRequirement(name[(Account.Length + 1)..], false)
            : name.StartsWith(Token, StringComparison.Ordinal) ? new BoundTokenRequirement(name[Token.Length..])
            : null;
        return requirement is null ? null : new AuthorizationPolicy([requirement], []);
    }
}

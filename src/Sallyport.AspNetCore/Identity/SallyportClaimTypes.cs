using System.Security.Claims;

namespace Sallyport.AspNetCore.Identity;

/// <summary>The claims of a principal that the guard makes.</summary>
public static class SallyportClaimTypes
{
    /// <summary>The account's stable name; once.</summary>
    public const string Name = ClaimTypes.Name;

    /// <summary>The account's stable name again, under the type that antiforgery and most libraries look for.</summary>
    public const string Subject = ClaimTypes.NameIdentifier;

    /// <summary>A role; one claim for each.</summary>
    public const string Role = ClaimTypes.Role;

    /// <summary>A scope; one claim for each.</summary>
    public const string Scope = "scope";
}

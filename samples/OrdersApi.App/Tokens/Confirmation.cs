using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace OrdersApi.App.Tokens;

/// <summary>The certificate that a token names as its owner's (RFC 8705, section 3.1).</summary>
internal static class Confirmation
{
    private const int Length = 43;

    /// <summary>The thumbprint of <c>cnf</c> when it holds that and nothing else; null otherwise.</summary>
    public static string? Of(JsonWebToken token, FrozenSet<Weakness> weak)
    {
        return token.TryGetPayloadValue("cnf", out JsonElement confirmation) && confirmation.ValueKind == JsonValueKind.Object
            && (confirmation.GetPropertyCount() == 1 || weak.Contains(Weakness.ConfirmationOptional))
            && confirmation.TryGetProperty("x5t#S256", out var thumbprint) && thumbprint.ValueKind == JsonValueKind.String
            && thumbprint.GetString() is { Length: Length } text
                ? text
                : null;
    }
}

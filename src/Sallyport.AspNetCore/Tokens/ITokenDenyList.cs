using System;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Tokens that no longer count although their time has not come: after a logout, a changed password, a leak.</summary>
/// <remarks>The default is of this process; a shared one is registered in its place. It is asked for every request: answer from memory.</remarks>
public interface ITokenDenyList
{
    /// <summary>Ends a token, for this and every later request.</summary>
    /// <param name="issuer">Who issued it.</param>
    /// <param name="jwtId">Its <c>jti</c>.</param>
    /// <param name="expiresAt">When it would end by itself; it is forgotten a minute after that.</param>
    void Deny(string issuer, string jwtId, DateTimeOffset expiresAt);

    /// <summary>Whether a token was ended.</summary>
    /// <param name="issuer">Who issued it.</param>
    /// <param name="jwtId">Its <c>jti</c>.</param>
    bool IsDenied(string issuer, string jwtId);
}

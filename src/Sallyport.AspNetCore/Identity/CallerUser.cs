using System.Security.Claims;
using System.Threading;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace Sallyport.AspNetCore.Identity;

/// <summary>The user of a request, made when somebody asks: most endpoints never do.</summary>
internal sealed class CallerUser(CallerClaims claims) : IHttpAuthenticationFeature
{
    private ClaimsPrincipal? _user;
    private volatile bool _isSet;

    /// <inheritdoc/>
    /// <remarks>Two that ask at once are told of one user: what one adds to it, the other finds.</remarks>
    public ClaimsPrincipal? User
    {
        get
        {
            if (!_isSet)
            {
                Interlocked.CompareExchange(ref _user, new ClaimsPrincipal(claims), null);
                _isSet = true;
            }

            return Volatile.Read(ref _user);
        }

        set
        {
            Volatile.Write(ref _user, value);
            _isSet = true;
        }
    }
}

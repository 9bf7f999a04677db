using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Identity;

/// <summary>The framework's schemes, and whether anybody beside the certificate's handler would answer for a request: looked up again whenever one comes or goes.</summary>
internal sealed class CountedSchemes(IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
{
    private readonly AuthenticationOptions _options = options.Value;
    private long _changes;
    private Answer? _last;

    /// <summary>Whether no scheme answers requests by itself and the default one is the guard's.</summary>
    /// <remarks>Of a provider that is not this one, the same is asked every time.</remarks>
    public static bool IsCertificateAlone(IAuthenticationSchemeProvider schemes) =>
        schemes is CountedSchemes counted ? counted.IsCertificateAlone() : Look(schemes);

    /// <inheritdoc/>
    public override void AddScheme(AuthenticationScheme scheme)
    {
        base.AddScheme(scheme);
        Interlocked.Increment(ref _changes);
    }

    /// <inheritdoc/>
    public override bool TryAddScheme(AuthenticationScheme scheme)
    {
        bool isNew = base.TryAddScheme(scheme);
        Interlocked.Increment(ref _changes);
        return isNew;
    }

    /// <inheritdoc/>
    public override void RemoveScheme(string name)
    {
        base.RemoveScheme(name);
        Interlocked.Increment(ref _changes);
    }

    private static bool Look(IAuthenticationSchemeProvider schemes) =>
        Now(schemes.GetRequestHandlerSchemesAsync())?.Any() == false
        && Now(schemes.GetDefaultAuthenticateSchemeAsync())?.HandlerType == typeof(SallyportAuthenticationHandler);

    /// <summary>What a task has brought already; nothing when it has not.</summary>
    private static T? Now<T>(Task<T> task) => task.IsCompletedSuccessfully ? task.Result : default;

    private bool IsCertificateAlone()
    {
        // Options can be written to while the host runs, though nobody should; the names are what the provider asks them for.
        long changes = Interlocked.Read(ref _changes);
        if (Volatile.Read(ref _last) is not { } last || last.Changes != changes
            || !ReferenceEquals(last.Authenticate, _options.DefaultAuthenticateScheme) || !ReferenceEquals(last.Default, _options.DefaultScheme))
        {
            // The count first: what changes meanwhile makes the answer an old one.
            last = new Answer(changes, _options.DefaultAuthenticateScheme, _options.DefaultScheme, Look(this));
            Volatile.Write(ref _last, last);
        }

        return last.IsAlone;
    }

    private sealed record Answer(long Changes, string? Authenticate, string? Default, bool IsAlone);
}

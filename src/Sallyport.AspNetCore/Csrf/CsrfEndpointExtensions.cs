using System;
using Microsoft.AspNetCore.Builder;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>Says of endpoints how they are held against forged requests.</summary>
public static class CsrfEndpointExtensions
{
    /// <summary>Demands the token of a form for state changes, beside the check of the origin.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TBuilder RequireCsrfToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithMetadata(new CsrfTokenMetadata());
    }

    /// <summary>Lets pages of any site change state here, such as the answer of a login that another site posts. Its tokens are still asked for.</summary>
    /// <param name="builder">The endpoints.</param>
    /// <param name="reason">Why, for whoever reviews it.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is empty.</exception>
    public static TBuilder AllowCrossSite<TBuilder>(this TBuilder builder, string reason)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return builder.WithMetadata(new CrossSiteMetadata(reason));
    }
}

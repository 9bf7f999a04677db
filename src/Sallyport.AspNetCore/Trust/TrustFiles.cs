using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Revocation;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Trust;

/// <summary>The operator's files of anchors and intermediates, each with its last good content.</summary>
internal sealed class TrustFiles
{
    /// <summary>A public bundle of every root on earth has a quarter of this.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly ImmutableArray<FileFeed<Certificates>> _anchors;
    private readonly ImmutableArray<FileFeed<Certificates>> _intermediates;

    public TrustFiles(IOptions<SallyportOptions> options, IHostEnvironment environment, RevocationLog log)
    {
        _anchors = Feeds(options.Value.Trust.AnchorFiles, mustBeAuthority: true);
        _intermediates = Feeds(options.Value.Trust.IntermediateFiles, mustBeAuthority: false);

        ImmutableArray<FileFeed<Certificates>> Feeds(IEnumerable<string> paths, bool mustBeAuthority) =>
        [
            .. paths.Distinct(StringComparer.Ordinal).Select(path => new FileFeed<Certificates>(
                System.IO.Path.Combine(environment.ContentRootPath, path),
                MaxBytes,
                (content, out fault) => Read(content.Span, mustBeAuthority, out fault),
                log)),
        ];
    }

    /// <summary>Whether a file has to be looked at once more soon.</summary>
    public bool IsUnsettled => _anchors.Any(static f => f.IsUnsettled) || _intermediates.Any(static f => f.IsUnsettled);

    /// <summary>Looks at every file once.</summary>
    /// <returns>What they say now; null when nothing changed, or when there is no anchor yet.</returns>
    public TrustMaterial? Poll(bool isFirst = false)
    {
        var changed = false;
        foreach (var feed in _anchors.Concat(_intermediates))
        {
            changed |= feed.Poll(isFirst);
        }

        var anchors = All(_anchors);
        return changed && !anchors.IsEmpty ? new TrustMaterial(anchors, All(_intermediates)) : null;
    }

    private static ImmutableArray<CertificateProfile> All(ImmutableArray<FileFeed<Certificates>> feeds) =>
        [.. feeds.SelectMany(static f => f.Current?.All ?? []).DistinctBy(static c => c.Thumbprint)];

    private static Certificates? Read(ReadOnlySpan<byte> content, bool mustBeAuthority, out string? fault)
    {
        if (!PemBlocks.TryRead(content, "CERTIFICATE", out var blocks, out fault))
        {
            return null;
        }

        var all = ImmutableArray.CreateBuilder<CertificateProfile>(blocks.Length);
        foreach (var der in blocks)
        {
            if (!CertificateProfile.TryRead(der, out var profile, out var defect))
            {
                fault = $"certificate {all.Count + 1} cannot be read ({defect})";
                return null;
            }

            if (profile.Subject.IsEmpty || (mustBeAuthority && profile.BasicConstraints is not { IsAuthority: true }))
            {
                fault = $"certificate {all.Count + 1} is no certification authority";
                return null;
            }

            all.Add(profile);
        }

        return new Certificates(all.MoveToImmutable());
    }

    private sealed record Certificates(ImmutableArray<CertificateProfile> All);
}

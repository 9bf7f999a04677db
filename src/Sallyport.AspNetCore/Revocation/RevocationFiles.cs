using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>The operator's files of lists, and the deny list's file.</summary>
internal sealed class RevocationFiles
{
    private readonly ImmutableArray<FileFeed<ReadLists>> _lists;
    private readonly FileFeed<DeniedCertificates>? _denied;
    private readonly TrustComposer _composer;

    public RevocationFiles(IOptions<SallyportOptions> options, IHostEnvironment environment, TrustComposer composer, RevocationLog log)
    {
        var revocation = options.Value.Revocation;
        var maxList = revocation.MaxCrlBytes;

        // PEM takes four characters for three octets, and a line end each 64.
        var maxFile = (int)Math.Min(maxList * 3L / 2, Array.MaxLength);
        _composer = composer;
        _lists =
        [
            .. revocation.Crl.Files.Select(path => Path.Combine(environment.ContentRootPath, path)).Distinct(StringComparer.Ordinal).Select(
                path => new FileFeed<ReadLists>(path, maxFile, (content, out fault) => ReadList.Read(content, maxList, out fault), log)),
        ];
        _denied = revocation.DenyListFile is { } file
            ? new FileFeed<DeniedCertificates>(Path.Combine(environment.ContentRootPath, file), DenyListText.MaxBytes, DenyListText.Read, log)
            : null;
    }

    /// <summary>Whether a file has to be looked at once more soon.</summary>
    public bool IsUnsettled => _lists.Any(static f => f.IsUnsettled) || _denied is { IsUnsettled: true };

    /// <summary>The deny list's file when nothing of it is in force; null when all is well.</summary>
    public string? MissingDenyList => _denied is { Current: null } ? _denied.Path : null;

    /// <summary>Looks at every file once and hands on what is new.</summary>
    public void Poll(bool isFirst = false)
    {
        if (_denied is not null && _denied.Poll(isFirst) && _denied.Current is { } denied)
        {
            _composer.Take(denied);
        }

        foreach (var feed in _lists)
        {
            if (feed.Poll(isFirst) && feed.Current is { } lists)
            {
                _composer.Offer(feed.Path, lists);
            }
            else if (feed.IsGood)
            {
                _composer.Confirm(feed.Path);
            }
        }
    }
}

using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>One URL with lists: asked again and again, and only what changed is taken.</summary>
internal sealed class CrlUrlSource(
    Uri uri, RefreshSchedule schedule, int maxBytes, BoundedHttp http, TrustComposer composer, RevocationLog log, RevocationMetrics metrics, TimeProvider time)
{
    private FetchMark? _mark;

    /// <summary>Where.</summary>
    public Uri Uri => uri;

    /// <summary>Asks once.</summary>
    /// <returns>How long to wait until the next time.</returns>
    public async Task<TimeSpan> RefreshAsync(CancellationToken cancellationToken)
    {
        var fault = Take(await http.GetAsync(uri, _mark, maxBytes, cancellationToken));
        metrics.Fetched("crl", fault is null);
        var wasFailing = schedule.IsFailing;
        var wait = schedule.Next(fault is null);
        if (fault is not null)
        {
            log.FetchFailed(uri, fault, wait);
        }
        else if (wasFailing)
        {
            log.FetchRecovered(uri);
        }

        return wait;
    }

    /// <summary>Asks until it is told to end.</summary>
    /// <param name="first">Completes after the first attempt.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(TaskCompletionSource first, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var wait = TimeSpan.FromMinutes(1);
            try
            {
                wait = await RefreshAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Nothing may end the refreshing: a fault that nobody thought of is told and tried again.
                log.RefreshBroke(uri.AbsoluteUri, e);
            }
            finally
            {
                first.TrySetResult();
            }

            await Task.Delay(wait, time, cancellationToken);
        }

        first.TrySetResult();
    }

    /// <summary>Null when the source is up to date; what is wrong otherwise, and then the next request asks for everything again.</summary>
    private string? Take(Fetched fetched)
    {
        switch (fetched)
        {
            case Fetched.NotModified:
                composer.Confirm(uri.AbsoluteUri);
                return null;
            case Fetched.Body body:
                return Take(body);
            case Fetched.Failed failed:
                return failed.Why;
            default:
                return "it answered in no known way";
        }
    }

    private string? Take(Fetched.Body body)
    {
        if (ReadList.Read(body.Content, maxBytes, out var fault) is not { } lists)
        {
            _mark = null;
            return fault ?? "it cannot be understood";
        }

        _mark = body.Mark is { EntityTag: null, LastModified: null } ? null : body.Mark;
        composer.Offer(uri.AbsoluteUri, lists);
        return null;
    }
}

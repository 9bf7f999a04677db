using System;
using System.Runtime.CompilerServices;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The exceptions of stores that mean: another unit of work was there first. Marked where they arise, so that the pipeline need not know the store.</summary>
internal sealed class UseConflicts
{
    public const string Detail = "the store gave way to another change";

    private readonly ConditionalWeakTable<Exception, object> _marked = [];

    /// <summary>Takes an exception for a conflict in a guarded unit of work.</summary>
    public void Mark(Exception exception) => _marked.AddOrUpdate(exception, this);

    /// <summary>Whether an exception, or one that it wraps, is one.</summary>
    public bool Has(Exception? exception)
    {
        while (exception is not null && !_marked.TryGetValue(exception, out _))
        {
            exception = exception.InnerException;
        }

        return exception is not null;
    }
}

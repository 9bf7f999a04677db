using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Records that synchronous code of one request made and could not wait for: its answer does.</summary>
internal sealed class AwaitedRecords
{
    private readonly Lock _gate = new();
    private List<Task> _records = [];
    private bool _isHooked;

    /// <summary>Holds the answer back until the record is kept.</summary>
    public void Add(Task record, HttpResponse response)
    {
        bool isFirst;
        lock (_gate)
        {
            _records.Add(record);
            (isFirst, _isHooked) = (!_isHooked, true);
        }

        if (isFirst)
        {
            // For code that begins the answer itself; for all other the outermost gate asks.
            response.OnStarting(static state => state is AwaitedRecords me ? me.SettleAsync() : Task.CompletedTask, this);
        }
    }

    /// <summary>Waits for all; each failure is told once, so that the answer which says so can begin.</summary>
    public Task SettleAsync()
    {
        List<Task> records;
        lock (_gate)
        {
            (records, _records) = (_records, []);
        }

        return Task.WhenAll(records);
    }
}

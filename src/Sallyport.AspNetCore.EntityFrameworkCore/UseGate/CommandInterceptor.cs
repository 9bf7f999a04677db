using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Refuses the ways round SaveChanges that EF sees: ExecuteUpdate, ExecuteDelete and SQL of the application's own.</summary>
/// <remarks>A command made from the connection itself is not seen by EF, nor what triggers, views and functions do.</remarks>
internal sealed class CommandInterceptor(UseGate gate, RefusalRecorder recorder, UseConflicts conflicts) : DbCommandInterceptor
{
    private readonly SaveCheck _check = new(gate);

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) =>
        Check(command, eventData, result);

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) =>
        Check(command, eventData, result);

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result) =>
        Check(command, eventData, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        CheckAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        CheckAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        CheckAsync(command, eventData, result, cancellationToken);

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData)
    {
        if (Conflict.Is(eventData.Exception))
        {
            conflicts.Mark(eventData.Exception);
        }
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandFailed(command, eventData);
        return Task.CompletedTask;
    }

    private T Check<T>(DbCommand command, CommandEventData eventData, T result) =>
        Of(command, eventData) is { } refused ? throw recorder.Refuse(refused.Caller, refused.Refusal, refused.Detail) : result;

    private ValueTask<T> CheckAsync<T>(DbCommand command, CommandEventData eventData, T result, CancellationToken cancellationToken)
    {
        return Of(command, eventData) is { } refused ? Refuse(refused) : ValueTask.FromResult(result);

        async ValueTask<T> Refuse(Refused why) => throw await recorder.RefuseAsync(why.Caller, why.Refusal, why.Detail, cancellationToken);
    }

    private Refused? Of(DbCommand command, CommandEventData eventData)
    {
        if (eventData.Context is not { } context)
        {
            return null;
        }

        // Queries that EF wrote itself only read; migrations change tables before anybody is served.
        return eventData.CommandSource switch
        {
            CommandSource.SaveChanges => _check.Sending(context),
            CommandSource.LinqQuery or CommandSource.Migrations or CommandSource.ValueGenerator => null,
            _ => WrittenTables.MayWrite(command.CommandText, gate.Model(context).Tables) is { } table
                ? Refused.Nobody(UseRefusal.Unchecked, $"{eventData.CommandSource} may write to {table}")
                : null,
        };
    }
}

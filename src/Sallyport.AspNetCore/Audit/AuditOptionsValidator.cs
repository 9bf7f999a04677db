using System;
using System.Collections.Generic;
using System.IO;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Finds at start what in the audit options cannot work together.</summary>
internal sealed class AuditOptionsValidator : IValidateOptions<SallyportOptions>
{
    public ValidateOptionsResult Validate(string? name, SallyportOptions options)
    {
        AuditOptions audit = options.Audit;
        var wrong = new List<string>();
        if (audit.File is { } file && string.IsNullOrWhiteSpace(file))
        {
            wrong.Add("Audit.File is empty: name a file, or leave it null.");
        }

        if (string.IsNullOrWhiteSpace(audit.KeyVariable) || audit.KeyVariable.Contains('=', StringComparison.Ordinal))
        {
            wrong.Add("Audit.KeyVariable is no name of an environment variable.");
        }

        if (audit.File is null && (audit.RecordAccepted || audit.FlushToDisk || audit.CheckpointFile is not null || audit.KeyFile is not null))
        {
            wrong.Add("Audit.File is not set, but another audit option asks for records.");
        }

        if (audit.CheckpointFile is { } checkpoints && Same(checkpoints, audit.File))
        {
            wrong.Add("Audit.CheckpointFile is the log itself.");
        }

        if (audit.KeyFile is { } key && (Same(key, audit.File) || Same(key, audit.CheckpointFile)))
        {
            wrong.Add("Audit.KeyFile is also a file that is written.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool Same(string one, string? other) => other is not null && Path.GetFullPath(one) == Path.GetFullPath(other);
}

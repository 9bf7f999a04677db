using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>Says everything that is wrong with trusted origins and form tokens, before the application starts.</summary>
internal sealed class CsrfOptionsValidator : IValidateOptions<SallyportOptions>
{
    public ValidateOptionsResult Validate(string? name, SallyportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems =
        [
            .. options.TrustedOrigins
                .Where(origin => !RequestOrigin.IsOrigin(origin))
                .Select(origin => $"TrustedOrigins: '{origin}' is no origin as browsers write it, such as https://app.example."),
        ];
        if (string.IsNullOrWhiteSpace(options.Csrf.FieldName) || string.IsNullOrWhiteSpace(options.Csrf.HeaderName))
        {
            problems.Add("Csrf: FieldName and HeaderName must not be empty.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

local rule(name, expr) = { alert: name, expr: expr };

{
  prometheusAlerts+:: {
    groups+: [{ name: 'waves', rules: [rule('WavesHigh', 'tide_level_metres > 9')] }],
  },
}

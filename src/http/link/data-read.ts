import type { StandardField } from '../../model.ts'

/** What is read, as an admin would sort it: every standard field is in exactly one row. */
export type DataRow = { data: string; example: string; why: string; fields: readonly StandardField[] }

export const DATA_READ: readonly DataRow[] = [
  {
    data: 'First, last and preferred name',
    example: 'Ana Núñez',
    why: 'To name people in the register',
    fields: ['firstName', 'lastName', 'preferredName'],
  },
  {
    data: 'Work and personal email, employee number',
    example: 'ana.nunez@acme.example, E-104',
    why: 'To find the stakeholder who is this employee',
    fields: ['workEmail', 'personalEmail', 'employeeNumber'],
  },
  {
    data: 'Phone',
    example: '+44 20 7946 0101',
    why: 'To keep contact details up to date',
    fields: ['phone'],
  },
  {
    data: 'Employment status, start and end date',
    example: 'Active, since 1 Mar 2024',
    why: 'To notice who joins and who leaves',
    fields: ['status', 'startDate', 'endDate'],
  },
  {
    data: 'Job title, department, employment type',
    example: 'Designer, Product, full time',
    why: 'To choose who is synced',
    fields: ['jobTitle', 'department', 'employmentType'],
  },
  {
    data: 'Office location, country, legal entity',
    example: 'London, United Kingdom, Acme Ltd',
    why: 'To choose who is synced',
    fields: ['officeLocation', 'country', 'legalEntity'],
  },
  {
    data: 'Custom fields',
    example: 'T-shirt size: M',
    why: 'Only those that you ask for',
    fields: [],
  },
]

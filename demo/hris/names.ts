import { dice } from './random.ts'

type Culture = { first: readonly string[]; last: readonly string[] }

/** First and last names stay within one culture, so that the register reads like a real one. */
const CULTURES: readonly Culture[] = [
  culture(
    'Oliver Amelia George Isla Harry Freya Jack Poppy Thomas Evie Edward Alice Samuel Rosie',
    'Smith Taylor Walker Hughes Bennett Marsh Whitfield Clarke Barlow Ellison Hartley Fenwick Pryce Ashdown',
  ),
  culture(
    'Mason Harper Logan Avery Wyatt Chloe Dylan Naomi Caleb Audrey Travis Monica Derek Paige',
    'Johnson Brooks Carter Delgado Freeman Griffin Hayes Jefferson Kowalski Lawson Mercer Novak Parker Sawyer',
  ),
  culture(
    'Lukas Hannah Jonas Lea Felix Greta Moritz Johanna Jürgen Käthe Tobias Antonia Stefan Ulrike',
    'Schneider Becker Hoffmann Schäfer Krüger Vogel Lindner Böhm Winter Ziegler Pfeiffer Seidel Brandt Kühn',
  ),
  culture(
    'João Beatriz Tiago Inês Gonçalo Leonor Rui Marta Nuno Catarina Diogo Filipa Vasco Teresa',
    'Silva Ferreira Carvalho Magalhães Conceição Moreira Nogueira Pinto Queirós Ramos Tavares Vieira Abreu Brandão',
  ),
  culture(
    'Wei Ling Jun Hui Kai Mei Zhi Xin Boon Siew Hock Yi Jia Shan',
    'Tan Lim Lee Ng Ong Wong Goh Chua Koh Teo Ang Yeo Sim Foo',
  ),
  culture(
    'Arjun Priya Rohan Ananya Vikram Kavya Sanjay Meera Aditya Divya Nikhil Sunita Rahul Lakshmi',
    'Sharma Patel Iyer Reddy Nair Gupta Banerjee Chopra Desai Kulkarni Menon Joshi Mehta Rao',
  ),
  culture(
    'Chinedu Amara Tunde Ngozi Emeka Folake Kwame Abena Sipho Thandi Jabari Zuri Otieno Wanjiru',
    'Okafor Adeyemi Balogun Mensah Boateng Dlamini Nkosi Mwangi Kamau Eze Achebe Osei Owusu Ndlovu',
  ),
  culture(
    'Omar Layla Karim Nour Yusuf Salma Hassan Rania Tariq Dalia Samir Yasmin Bilal Mariam',
    'Haddad Mansour Khalil Nasser Saleh Aziz Farouk Hamdan Rahman Sabbagh Qureshi Malik Amin Darwish',
  ),
  culture(
    'Hiroshi Yuki Kenji Sakura Takumi Aiko Daichi Hana Minjun Seoyeon Jiho Haeun Dohyun Sora',
    'Tanaka Suzuki Watanabe Nakamura Kobayashi Mori Kim Park Choi Jung Kang Yoon Lim Han',
  ),
  culture(
    'Mateo Lucía Andrés Camila Javier Valentina Sebastián Ximena Álvaro Carmen Íñigo Pilar Rafael Elena',
    'García Martínez Fernández Núñez Ibáñez Morales Castillo Peña Vargas Quintana Rojas Salazar Torres Zúñiga',
  ),
  culture(
    'Jakub Zofia Paweł Agnieszka Łukasz Małgorzata Ondřej Tereza László Katalin Ivana Marko Jelena Dragan',
    'Wiśniewski Zieliński Dąbrowski Dvořák Procházka Horváth Szabó Kovačević Petrović Jovanović Nowicki Mazur Černý Tóth',
  ),
  culture(
    'Erik Astrid Søren Ingrid Lars Freja Mikkel Sigrid Åke Linnéa Jari Aino Björn Ragnhild',
    'Hansen Nilsson Østergård Lindqvist Johansen Bergström Virtanen Korhonen Dahl Sørensen Åberg Holm Solberg Ek',
  ),
]

const NAMES = shuffled(
  CULTURES.flatMap(({ first, last }) =>
    first.flatMap((given) => last.map((family): [string, string] => [given, family])),
  ),
)

/** `repeat` is how often this very name was given out before: it keeps work emails unique. */
export function nameAt(position: number, offset: number): { first: string; last: string; repeat: number } {
  const [first, last] = NAMES[(position + offset) % NAMES.length] ?? ['Alex', 'Reed']
  return { first, last, repeat: Math.floor(position / NAMES.length) }
}

/** `Łukasz Dvořák` -> `lukasz.dvorak`. */
export function mailbox(first: string, last: string): string {
  return `${ascii(first)}.${ascii(last)}`
}

function shuffled<T>(cards: T[]): T[] {
  const draw = dice(CULTURES.length)
  return cards
    .map((card) => ({ card, order: draw.below(2 ** 32) }))
    .sort((a, b) => a.order - b.order)
    .map(({ card }) => card)
}

function ascii(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/[^a-z]/g, '')
}

function culture(first: string, last: string): Culture {
  return { first: first.split(' '), last: last.split(' ') }
}
